// Keys for the inbox: j next, k previous, o look at it, a accept, d decline, u undo, / find a reference, ? these keys. All of it also works
// by mouse. One row is selected: the one that has the focus, else the one that is shown. What a key does, it does to
// that one; where it can do nothing, it says why, for all to see, until the next key.
(function () {
  "use strict";
  var here = document.querySelector(".tasks > li.here"), shown = document.querySelector(".second");
  var words = document.getElementById("undo").dataset, told = document.getElementById("key-said"), before = null;
  if (here && here.parentElement.closest(".pane-list").offsetParent) { here.scrollIntoView({ block: "nearest" }); }
  var mistakes = document.querySelector("form .error-summary");
  if (mistakes) { mistakes.scrollIntoView({ block: "start" }); } // with what it is about below it
  function rows() { return Array.prototype.slice.call(document.querySelectorAll(".tasks > li[data-row]")); }
  function selected() {
    var focused = document.activeElement && document.activeElement.closest("li[data-row]");
    return focused || here;
  }
  function go(step) {
    // where more rows were asked for, the address names the last of those that were there
    var list = rows(), index = list.indexOf(selected() || document.querySelector(".tasks > li:target"));
    var next = list[Math.max(0, Math.min(list.length - 1, index + step))];
    if (next) { next.querySelector("a").focus(); }
  }
  function follow(line, part) {
    var link = line.querySelector("a");
    link.hash = part;
    link.click();
  }
  function press(key) {
    var line = selected(), inList = line && line !== here;
    var one = inList ? line.querySelector("[data-key=a]") : shown && shown.querySelector("[data-key=" + key + "]");
    if (!line && !shown) { told.textContent = words.choose; return; }
    if (key === "d" && inList) { follow(line, "decline"); return; }
    if (!one || line && line.matches(".pending")) { told.textContent = key === "a" ? words.cannot : words.cannotDecline; return; }
    if (one.tagName === "DETAILS") { one.open = true; one.querySelector("input:not([type=hidden])").focus(); return; }
    one.requestSubmit();
    if (inList) { go(1); }
  }
  // The list of keys opens over the page, so that nothing moves, and closes to where one was.
  function help() {
    var keys = document.getElementById("keys");
    keys.open = !keys.open;
    keys.classList.toggle("over", keys.open);
    if (keys.open) { before = document.activeElement; }
    (keys.open || !before ? keys.querySelector("summary") : before).focus({ preventScroll: true });
  }
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=radio]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) { return; }
    told.textContent = "";
    if (/^([jkoadu/]|Escape)$/.test(event.key) && document.querySelector("#keys.over[open]")) { help(); }
    if (event.key === "j") { go(1); }
    else if (event.key === "k") { go(-1); }
    else if (event.key === "o" && selected()) { follow(selected(), ""); }
    else if (event.key === "a" || event.key === "d") { press(event.key); }
    else if (event.key === "/") { document.getElementById("look-up").select(); }
    else if (event.key === "?") { help(); }
    else { return; }
    event.preventDefault();
  });
  // a browser that goes to a part of the page takes the focus away until the page is there
  if (location.hash === "#decline") { addEventListener("load", function () { press("d"); }); }
})();
