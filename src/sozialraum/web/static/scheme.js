// Light or dark as the reader chose last time; loaded before the page is drawn, so that nothing flashes.
try {
  const chosen = localStorage.getItem("scheme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.scheme = chosen;
} catch {
  // storage may be forbidden; then the system decides
}
