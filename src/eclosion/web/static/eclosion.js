// What a page can do beyond links and forms. Everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window */ } },
  };
  const chosen = store.get("theme"); // before the first paint, so that nothing flashes
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  function themeSwitch(button) {
    const tell = () => { button.textContent = isDark() ? "Light theme" : "Dark theme"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      store.set("theme", root.dataset.theme);
      tell();
    });
    tell();
  }

  function copyButton(button) {
    const source = document.getElementById(button.dataset.copy);
    button.addEventListener("click", async () => {
      getSelection().selectAllChildren(source); // also what is left to do where there is no clipboard
      if (!navigator.clipboard) return;
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  function foldButton(button) {
    const branches = () => document.querySelectorAll(".thread > li > details");
    button.addEventListener("click", () => {
      const open = button.textContent.startsWith("Expand");
      for (const one of branches()) one.open = open;
      button.textContent = open ? "Collapse all" : "Expand all";
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-theme-switch]").forEach(themeSwitch);
    document.querySelectorAll("[data-copy]").forEach(copyButton);
    document.querySelectorAll("[data-fold]").forEach(foldButton);
  });
  // What only adds comfort is fetched once the page is there: nobody's first paint waits for it. A frame that was asked
  // for before that paint comes with it, so the next one comes after.
  addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => {
    const later = document.querySelector("meta[name=later]");
    let begun = false; // htmx has looked at the page; what comes after that has missed it
    document.addEventListener("htmx:after:process", () => { begun = true; }, { once: true });
    for (const address of later ? later.content.split(" ") : []) {
      const script = document.createElement("script");
      script.src = address;
      script.async = false; // in this order
      script.addEventListener("load", () => { if (begun) htmx.process(document.body); });
      document.head.append(script);
    }
  })));
  // A part of the page in which somebody is reading with the keyboard stands still.
  document.addEventListener("htmx:sse:before:message", (event) => {
    if (event.target.contains(document.activeElement)) event.preventDefault();
  });
})();
