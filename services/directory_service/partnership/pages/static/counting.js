// Attendance by rank: a minus and a plus beside each number, and the total. Without this script the numbers are typed.
(function () {
  "use strict";
  var form = document.querySelector("[data-counting]");
  if (!form) { return; }
  var total = form.querySelector("[data-came-in-all]");

  function value(field) { return /^[0-9]+$/.test(field.value) ? Number(field.value) : 0; }
  function add(field, step) {
    var most = Number(field.dataset.most);
    field.value = String(Math.max(0, Math.min(most, value(field) + step)));
    say();
  }
  function say() {
    var sum = 0;
    form.querySelectorAll('input[name^="came."]').forEach(function (field) { sum += value(field); });
    total.textContent = total.dataset.words.replace("{n}", sum);
  }
  function button(field, sign, step, words) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "quiet step-button";
    made.textContent = sign;
    made.setAttribute("aria-label", words);
    made.addEventListener("click", function () { add(field, step); });
    return made;
  }
  form.querySelectorAll("[data-stepper]").forEach(function (own) {
    var field = own.querySelector("input");
    field.before(button(field, "−", -1, own.dataset.less));
    field.after(button(field, "+", 1, own.dataset.more));
    field.addEventListener("input", say);
  });
  say();
}());
