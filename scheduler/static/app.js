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

// The pocket agenda keeps things on the phone for one person. Somebody else who signs in never sees them.
const { event: slug, person } = document.body.dataset;
if (slug && person) {
  try {
    const kept = JSON.parse(localStorage.getItem(`pocket:${slug}:kept`));
    if (kept && kept.data.me.key !== person) {
      for (const name of ["kept", "waiting", "changes", "late"]) localStorage.removeItem(`pocket:${slug}:${name}`);
    }
  } catch {
    localStorage.removeItem(`pocket:${slug}:kept`);
  }
}

// Signing out clears the phone: what has not been sent would be lost.
document.addEventListener("submit", (event) => {
  const warning = event.target.dataset.unsent;
  const waits = (key) => /^pocket:.*:waiting$/.test(key) && localStorage.getItem(key) !== "[]";
  if (warning && Object.keys(localStorage).some(waits) && !window.confirm(warning)) event.preventDefault();
});

// Copying an address needs a secure page; elsewhere the button stays away.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).value);
    button.textContent = button.dataset.done;
  });
}
