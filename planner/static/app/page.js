// What all pages share: the language links keep the place, a lost server is said.

export function keepPlaceOnLanguageChange() {
  for (const link of document.querySelectorAll("[data-language]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const url = new URL(location.href);
      url.searchParams.set("lang", link.dataset.language);
      location.assign(url);
    });
  }
}

export function showOffline(isOffline) {
  document.querySelector(".offline").hidden = !isOffline;
}
