// Small helpers that every page shares. Pages work without them.
"use strict";

// A form answered with an error (4xx) still shows what the server says.
document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status >= 400 && status < 600) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
