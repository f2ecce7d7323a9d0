"use strict";
// Light or dark as the system prefers, until the button says otherwise; paper is always light.
function theme(changed) {
  const choices = ["system", "light", "dark"];
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  let choice = "system";
  let printing = false;
  const apply = () => {
    document.documentElement.classList.toggle("dark", !printing && (choice === "dark" || choice === "system" && prefersDark.matches));
    button.textContent = "Theme: " + choice;
    changed();
  };
  button.addEventListener("click", () => {
    choice = choices[(choices.indexOf(choice) + 1) % choices.length];
    apply();
  });
  prefersDark.addEventListener("change", apply);
  for (const [event, on] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(event, () => {
      printing = on;
      apply();
    });
  }
  apply();
}
