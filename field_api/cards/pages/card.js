// Keeps the card for when there is no network, and tells the server once that it was opened from the home screen.
"use strict";

const home = new URL("./", location.href).pathname;

if ("serviceWorker" in navigator) navigator.serviceWorker.register("worker.js", { scope: home });

const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const mark = "installed " + home;

async function tell() {
  const answer = await fetch("installed?language=" + document.documentElement.lang, { method: "POST" });
  if (!answer.ok) return;
  localStorage.setItem(mark, "told");
  const { points, text } = await answer.json();
  if (points > 0) {
    const added = document.getElementById("added");
    added.textContent = text;
    added.hidden = false;
  }
}

// Without a network it is told the next time.
if (installed && localStorage.getItem(mark) === null) tell().catch(() => {});

addEventListener("beforeinstallprompt", (offered) => {
  offered.preventDefault();
  const install = document.getElementById("install");
  install.hidden = false;
  install.querySelector("button").addEventListener("click", () => offered.prompt(), { once: true });
});
