// Keys for the inbox: j next, k previous, o look at it, a accept, d decline, ? these keys. All of it also works by mouse.
(function () {
  "use strict";
  function rows() { return Array.prototype.slice.call(document.querySelectorAll(".tasks > li[data-row]")); }
  function at() {
    var list = rows(), here = document.activeElement && document.activeElement.closest("li[data-row]");
    var current = here || document.querySelector(".tasks > li.here");
    return { list: list, index: list.indexOf(current) };
  }
  function go(step) {
    var place = at(), next = place.list[Math.max(0, Math.min(place.list.length - 1, place.index + step))];
    if (next) { next.querySelector("a").focus(); }
  }
  function row() { var place = at(); return place.list[place.index] || place.list[0]; }
  function press(key) {
    var one = document.querySelector(".second [data-key=" + key + "]");
    if (one && one.tagName === "DETAILS") { one.open = true; one.querySelector("input:not([type=hidden])").focus(); return; }
    if (one) { one.requestSubmit(); return; }
    var line = document.querySelector(".second") ? null : row();
    if (!line) { return; }
    if (key === "a") { var form = line.querySelector("form[data-key=a]"); if (form) { form.requestSubmit(); } }
    if (key === "d") { location.assign(line.querySelector("a").href + "#decline"); }
  }
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=radio]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) { return; }
    if (event.key === "j") { go(1); }
    else if (event.key === "k") { go(-1); }
    else if (event.key === "o" && row()) { location.assign(row().querySelector("a").href); }
    else if (event.key === "a" || event.key === "d") { press(event.key); }
    else if (event.key === "?") { var keys = document.getElementById("keys"); keys.open = !keys.open; keys.querySelector("summary").focus(); }
    else { return; }
    event.preventDefault();
  });
  if (location.hash === "#decline") { press("d"); }
})();
