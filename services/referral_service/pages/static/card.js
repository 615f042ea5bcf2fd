// The card is saved as a PNG, which every phone's gallery shows. Without a script the link saves an SVG.
// The picture is fetched with the page, not at the click: later the server may have another form's card, and refuses.
(function () {
  "use strict";
  var link = document.querySelector("[data-picture]");
  if (!link) { return; }
  var picture = new Image();
  var fetched = new Promise(function (good, bad) { picture.onload = good; picture.onerror = bad; });
  function save(blob) {
    var to = document.createElement("a");
    to.href = URL.createObjectURL(blob);
    to.download = "card.png";
    to.click();
    setTimeout(function () { URL.revokeObjectURL(to.href); }, 60000);
  }
  function draw() {
    var canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth;
    canvas.height = picture.naturalHeight;
    canvas.getContext("2d").drawImage(picture, 0, 0);
    canvas.toBlob(save, "image/png");
  }
  function saveAsLink() {
    link.removeEventListener("click", keep);
    link.click();
  }
  function keep(event) {
    event.preventDefault();
    fetched.then(draw, saveAsLink);
  }
  fetched.catch(function () {});
  link.addEventListener("click", keep);
  picture.src = link.href;
})();
// A code is shown for ten minutes: a tab that stays open shows it no longer than the server does. A page that "back"
// brings from the browser's memory is asked for anew, since another session may be here by then.
(function () {
  "use strict";
  var card = document.querySelector("[data-goes-in]");
  if (!card) { return; }
  var ends = Date.now() + Number(card.dataset.goesIn) * 1000;
  function goIfOver() {
    if (!card || Date.now() < ends) { return; }
    card.remove();
    document.querySelector("[data-card]").remove();
    document.querySelector("[data-gone]").hidden = false;
    card = null;
  }
  setInterval(goIfOver, 5000);
  document.addEventListener("visibilitychange", goIfOver);
  addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
})();
