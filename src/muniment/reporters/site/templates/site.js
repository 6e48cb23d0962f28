// TLP:CLEAR. Adds to pages what would otherwise change them with every run: ages, and which run they are of.
"use strict";
(function () {
  const run = window.munimentRun;
  if (!run) return;

  const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

  /** How long before one moment another was, in one unit: "just now", "3 min", "5 h", "9 d". */
  function age(then, now) {
    const passed = now - then;
    if (passed < MINUTE) return "just now";
    if (passed < HOUR) return Math.floor(passed / MINUTE) + " min";
    if (passed < 48 * HOUR) return Math.floor(passed / HOUR) + " h";
    return Math.floor(passed / DAY) + " d";
  }

  function ago(then, now) {
    const word = age(then, now);
    return word === "just now" ? word : word + " ago";
  }

  function said(tag, kind, text) {
    const element = document.createElement(tag);
    element.className = kind;
    element.textContent = text;
    return element;
  }

  function tellAges(within) {
    const now = new Date(run.at);
    for (const time of within.querySelectorAll("time[data-age]")) {
      const then = new Date(time.dateTime);
      if (isNaN(then) || then - now > MINUTE) continue;
      time.after(" ", said("span", "age", ago(then, now)));
      time.removeAttribute("data-age");
    }
  }

  function tellRun() {
    const place = document.getElementById("as-of");
    if (!place || run.pretended || run.past) return;
    const at = new Date(run.at), late = Date.now() - at;
    const time = document.createElement("time");
    time.dateTime = run.at;
    time.textContent = run.standing;
    place.replaceChildren("As of ", time);
    if (run.run) place.append(" \u00b7 run " + run.run);
    if (late > 2 * DAY) place.append(" \u00b7 ", said("strong", "late", age(at, Date.now()) + " old"));
  }

  tellRun();
  tellAges(document);
})();
