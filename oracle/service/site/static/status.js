// Keeps the page current: on news, the server's own rendering is fetched and put in place.
"use strict";
(() => {
  const link = document.getElementById("link");
  const alarm = document.getElementById("lost");
  let pending = null;
  let serial = 0;

  const refresh = async () => {
    pending = null;
    const mine = ++serial;
    try {
      const answer = await fetch("/status", { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== serial) return;
      const main = document.getElementById("main");
      // Who reads a table by keyboard, or has scrolled it, keeps her place.
      const boxes = () => [...main.querySelectorAll(".wide")];
      const scrolled = boxes().map((box) => box.scrollLeft);
      const focused = boxes().indexOf(document.activeElement);
      main.replaceChildren(...page.getElementById("main").childNodes);
      boxes().forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
      boxes()[focused]?.focus({ preventScroll: true });
      link.textContent = page.getElementById("link").textContent;
      alarm.textContent = "";
    } catch {
      lost();
    }
  };
  const lost = () => {
    alarm.textContent = "No connection to the service; what is shown may be old.";
  };
  const soon = () => { pending ??= setTimeout(refresh, 500); };

  const source = new EventSource("/api/events");
  for (const kind of ["hello", "period", "posting", "reputation"]) source.addEventListener(kind, soon);
  source.addEventListener("error", lost);
  // Prices age without news.
  setInterval(soon, 30000);
})();
