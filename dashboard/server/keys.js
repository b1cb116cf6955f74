// Tables are drawn on a canvas, in which no key follows a link: Enter on a cell that leads to a
// page opens it, as a click does. The canvas holds the chosen cell as an element, a moment later.
{
  const CANVAS = 'canvas[data-testid="data-grid-canvas"]';
  const MOMENT = 300; // ms
  const link = (canvas) => {
    const text = canvas.querySelector('td[aria-selected="true"]')?.textContent ?? "";
    return /^\/[a-z_]+\?[^/\\]*$/.test(text.split("#")[0]) ? text : null;
  };
  addEventListener("keydown", (event) => {
    const canvas = document.activeElement?.closest(CANVAS);
    if (event.key !== "Enter" || !canvas || !link(canvas)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => {
      const there = link(canvas);
      if (there) open(there, "_blank", "noopener");
    }, MOMENT);
  }, true);
}
