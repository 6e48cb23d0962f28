// TLP:CLEAR. Adds to pages what can be missed without it: ages, which run they are of, sorting, and the search.
"use strict";
(function () {
  const run = window.munimentRun || { at: "", pretended: true };

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

  // ---- what a link points at may lie folded away

  function unfold() {
    const place = document.querySelector(":target");
    for (let at = place; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (place) place.scrollIntoView();
  }

  // ---- tables: sorted by a column, narrowed to rows with some words

  const FILTER_FROM = 15;

  function worth(cell) {
    const time = cell.querySelector("time"), text = cell.textContent.trim();
    if (time) return time.dateTime;
    const number = cell.classList.contains("num") ? parseFloat(text.replace(/[^0-9.-]/g, "")) : NaN;
    return isNaN(number) ? text.toLowerCase() : number;
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), "en", { numeric: true });
  }

  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    if (!body || table.tBodies.length > 1 || body.rows.length < 2) return;
    heads.forEach(function (head, column) {
      const button = said("button", "sort", head.textContent);
      button.type = "button";
      button.addEventListener("click", function () {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = Array.from(body.rows, (row) => [worth(row.cells[column]), row]);
        rows.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]));
        body.append(...rows.map((row) => row[1]));
      });
      head.replaceChildren(button);
    });
    if (body.rows.length >= FILTER_FROM) table.before(filter(body));
  }

  let fields = 0;

  function filter(body) {
    const place = said("p", "filter", ""), label = said("label", "", "Only rows with "), field = document.createElement("input");
    const told = said("span", "soft", ""), rows = Array.from(body.rows, (row) => [row.textContent.toLowerCase(), row]);
    field.type = "search";
    field.id = label.htmlFor = "filter-" + ++fields;
    field.autocomplete = "off";
    told.setAttribute("role", "status");
    field.addEventListener("input", function () {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const [text, row] of rows) {
        row.hidden = !wanted.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      }
      told.textContent = wanted.length ? left + " of " + rows.length : "";
    });
    place.append(label, field, " ", told);
    return place;
  }

  // ---- search: the index is fetched from beside the pages when somebody begins to look

  const HITS = 20;
  let index = null;

  /** Rows of the index as they are searched: what is looked through, and what is shown. */
  function prepared(found) {
    return found.rows.map(function (row) {
      const note = found.notes[row[2]] || "", kind = found.kinds[row[0]];
      return { kind: kind, name: row[1], note: note, file: row[3] || 0, text: (row[1] + " " + note).toLowerCase() };
    });
  }

  function address(row) {
    const file = row.file || row.name.replace(/[:/]/g, "--");
    return row.kind.folder + file + ".html";
  }

  function holds(text, words) {
    for (let i = 0; i < words.length; i++) if (!text.includes(words[i])) return false;
    return true;
  }

  function isLetter(code) {
    return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;
  }

  /** The best rows: those whose name begins with the words come first, then the short ones; and how many there are. */
  function lookup(rows, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean), best = [];
    if (!words.length) return { best: best, count: 0 };
    const first = words[0], others = words.slice(1);
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i], at = row.text.indexOf(first);
      if (at < 0 || !holds(row.text, others)) continue;
      count += 1;
      let rank = row.name.length;
      if (at > 0 && isLetter(row.text.charCodeAt(at - 1))) rank += 1000;
      if (at > row.name.length) rank += 2000;
      if (best.length < HITS || rank < best[HITS - 1][0]) {
        let place = best.length;
        while (place > 0 && best[place - 1][0] > rank) place -= 1;
        best.splice(place, 0, [rank, row]);
        if (best.length > HITS) best.pop();
      }
    }
    return { best: best.map((hit) => hit[1]), count: count };
  }

  function search(place) {
    const root = place.dataset.root, field = place.querySelector("input"), list = place.querySelector("ul");
    const told = place.querySelector("[role=status]");
    let asked = false;

    function fetchIndex() {
      if (asked) return;
      asked = true;
      const script = document.createElement("script");
      script.src = root + "search.js";
      script.addEventListener("load", function () {
        index = prepared(window.munimentSearch);
        lookup(index, "e a"); // so that the first letter typed finds a warm machine
        show();
      });
      document.head.append(script);
    }

    function show() {
      if (!index) return;
      const found = lookup(index, field.value);
      list.replaceChildren(...found.best.map(function (row) {
        const item = document.createElement("li"), link = document.createElement("a");
        link.href = root + address(row);
        link.append(said("bdi", "id", row.name), said("span", "what", row.kind.name), said("bdi", "note", row.note));
        item.append(link);
        return item;
      }));
      list.hidden = !found.best.length;
      const more = found.count > HITS ? ", the nearest " + HITS + " shown" : "";
      told.textContent = field.value.trim() ? (found.count || "Nothing") + " found" + more : "";
    }

    function step(by) {
      const links = Array.from(list.querySelectorAll("a")), at = links.indexOf(document.activeElement) + by;
      (at < 0 ? field : links[Math.min(at, links.length - 1)] || field).focus();
    }

    place.hidden = false;
    field.addEventListener("focus", function () {
      fetchIndex();
      show();
    });
    place.addEventListener("focusout", function (event) {
      if (!place.contains(event.relatedTarget)) list.hidden = true;
    });
    field.addEventListener("input", show);
    place.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && event.target === field) {
        const first = list.querySelector("a");
        if (first) first.click();
      } else if (event.key === "Escape") {
        field.value = "";
        show();
        field.focus();
      }
    });
    document.addEventListener("keydown", function (event) {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        field.focus();
      }
    });
    document.addEventListener("click", function (event) {
      if (!place.contains(event.target)) list.hidden = true;
    });
  }

  tellRun();
  tellAges(document);
  for (const table of document.querySelectorAll("table.sortable")) sortable(table);
  const place = document.getElementById("search");
  if (place) search(place);
  addEventListener("hashchange", unfold);
  unfold();
})();
