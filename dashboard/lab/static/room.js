"use strict";

// How many wait, every five seconds.
setInterval(async () => {
  try {
    const answer = await fetch("/room/count", { cache: "no-store" });
    if (!answer.ok) return;
    const { waiting } = await answer.json();
    const shown = document.getElementById("waiting");
    if (shown.textContent !== String(waiting)) shown.textContent = waiting;
  } catch {
    // The next one may come through.
  }
}, 5000);
