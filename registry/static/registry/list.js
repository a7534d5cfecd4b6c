// The list's form is sent as soon as something is ticked; without this script there is a button.
"use strict";

const filters = document.getElementById("filters");
for (const input of filters.querySelectorAll("input[type=checkbox], select")) {
  input.addEventListener("change", () => filters.requestSubmit());
}
