// The card is saved as a PNG, which every phone's gallery shows. Without a script the link saves an SVG.
(function () {
  "use strict";
  var link = document.querySelector("[data-picture]");
  if (!link) { return; }
  function save(blob) {
    var to = document.createElement("a");
    to.href = URL.createObjectURL(blob);
    to.download = "card.png";
    to.click();
    setTimeout(function () { URL.revokeObjectURL(to.href); }, 60000);
  }
  link.addEventListener("click", function (event) {
    var picture = new Image();
    event.preventDefault();
    picture.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth;
      canvas.height = picture.naturalHeight;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      canvas.toBlob(save, "image/png");
    };
    picture.onerror = function () { location.assign(link.href); };
    picture.src = link.href;
  });
})();
