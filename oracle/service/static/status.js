// Keeps the page current: on news, the server's own rendering is fetched and put in place.
"use strict";
(() => {
  const link = document.getElementById("link");
  let pending = null;
  let serial = 0;

  const refresh = async () => {
    pending = null;
    const mine = ++serial;
    try {
      const answer = await fetch("/", { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== serial) return;
      const main = document.getElementById("main");
      const scrolled = [...main.querySelectorAll(".wide")].map((box) => box.scrollLeft);
      main.replaceChildren(...page.getElementById("main").childNodes);
      main.querySelectorAll(".wide").forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
      link.textContent = page.getElementById("link").textContent;
      link.classList.remove("stale");
    } catch {
      lost();
    }
  };
  const lost = () => {
    link.textContent = "No connection to the service; what is shown may be old.";
    link.classList.add("stale");
  };
  const soon = () => { pending ??= setTimeout(refresh, 500); };

  const source = new EventSource("/api/events");
  for (const kind of ["hello", "period", "posting", "reputation"]) source.addEventListener(kind, soon);
  source.addEventListener("error", lost);
  // Prices age without news.
  setInterval(soon, 30000);
})();
