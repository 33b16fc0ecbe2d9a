// Pages without a map: printing, and the language links that keep the place.

import { keepPlaceOnLanguageChange } from "./page.js";

keepPlaceOnLanguageChange();
document.addEventListener("click", (event) => event.target.closest("[data-print]") && globalThis.print());
document.documentElement.dataset.ready = "true";
