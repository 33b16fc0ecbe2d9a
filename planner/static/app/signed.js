// Whatever changes something brings along what no other site can know: htmx's requests here, fetch by signed().

const NAME = "x-rainbow-csrf";

function known() {
  return document.querySelector('meta[name="csrf"]')?.content ?? "";
}

export function signed(headers = {}) {
  return known() ? { ...headers, [NAME]: known() } : headers;
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers = signed(event.detail.headers);
});
