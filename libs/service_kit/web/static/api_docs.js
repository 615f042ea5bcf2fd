/* Draws the OpenAPI document at /api/docs. Swagger UI's own script stands before this one in the page. */
"use strict";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
const place = document.getElementById("api");
window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  onComplete: () => place.querySelector("main").setAttribute("role", "none"), // the page's main part is outside of it
  validatorUrl: null, // else the document's address would be told to somebody else
});
