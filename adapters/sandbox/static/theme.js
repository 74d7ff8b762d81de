// Sets light or dark before anything is painted; loaded as a plain script for that reason.
{
  const chosen = localStorage.getItem("confrere.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
