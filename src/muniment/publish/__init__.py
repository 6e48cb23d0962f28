"""Publishing by TLP: material becomes a view of marked pieces, and a view is projected before it is rendered."""
