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
