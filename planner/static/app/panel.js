// One panel, many who want it: what a person pressed last is what it shows. A panel that only keeps itself up to date
// never stands in the way of a press or of somebody who types in it, and an answer that comes late is thrown away.
// Where it stands below the map, what was pressed comes into view, if `mayScroll` says so.

const isStacked = matchMedia("(max-width: 60rem)"); // as in the style sheet

export function keepInOrder(panel, { mayScroll }) {
  let asked = null; // the request whose answer the panel waits for
  let isPressed = false;
  let isNew = false; // what was pressed is there now

  const isTyping = () => panel.contains(document.activeElement) && Boolean(document.activeElement.value);

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt, xhr } = event.detail;
    if (target !== panel) return;
    const isRefresh = elt.parentElement === panel;
    if (isRefresh && (isPressed || isTyping())) {
      event.preventDefault();
      return;
    }
    asked = xhr;
    isPressed = !isRefresh;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== panel) return;
    if (event.detail.xhr !== asked) event.detail.shouldSwap = false;
    isNew = isPressed && event.detail.shouldSwap;
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== panel) return;
    if (isNew && isStacked.matches && mayScroll()) panel.scrollIntoView();
    isNew = false;
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr === asked) isPressed = false;
  });
}
