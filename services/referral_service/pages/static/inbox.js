// Keys for the inbox: j next, k previous, o look at it, a accept, d decline, u undo, ? these keys. All of it also works
// by mouse. Nothing is done to a row that is not selected: one that has the focus, or the one that is shown.
(function () {
  "use strict";
  var here = document.querySelector(".tasks > li.here"), shown = document.querySelector(".second");
  if (here && here.parentElement.closest(".pane-list").offsetParent) { here.scrollIntoView({ block: "nearest" }); }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll(".tasks > li[data-row]")); }
  function selected() {
    var focused = document.activeElement && document.activeElement.closest("li[data-row]");
    return focused || here;
  }
  function go(step) {
    var list = rows(), index = list.indexOf(selected());
    var next = list[Math.max(0, Math.min(list.length - 1, index + step))];
    if (next) { next.querySelector("a").focus(); }
  }
  function say(text) { document.getElementById("undo-said").textContent = text; }
  function press(key) {
    var line = selected(), words = document.getElementById("undo").dataset;
    var one = shown && (!line || line === here) ? shown.querySelector("[data-key=" + key + "]") : null;
    if (one && one.tagName === "DETAILS") { one.open = true; one.querySelector("input:not([type=hidden])").focus(); return; }
    if (!line && !one) { say(words.choose); return; }
    if (key === "d") { location.assign(line.querySelector("a").href + "#decline"); return; }
    one = one || line.querySelector("[data-key=a]");
    if (!one) { say(words.cannot); return; }
    one.requestSubmit();
    go(1);
  }
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=radio]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) { return; }
    if (event.key === "j") { go(1); }
    else if (event.key === "k") { go(-1); }
    else if (event.key === "o" && selected()) { location.assign(selected().querySelector("a").href); }
    else if (event.key === "a" || event.key === "d") { press(event.key); }
    else if (event.key === "?") { var keys = document.getElementById("keys"); keys.open = !keys.open; keys.querySelector("summary").focus(); }
    else { return; }
    event.preventDefault();
  });
  if (location.hash === "#decline") { press("d"); }
})();
