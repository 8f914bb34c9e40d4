// @vitest-environment jsdom
import { expect, it } from "vitest";
import { sayAgain } from "./fragments";

it("tells of each field that was filled in before anybody heard it, but of none that sends its form itself", () => {
  document.body.innerHTML = `<form><input name="place"><input name="street" value="Melati 5">
    <input name="filter" data-autosubmit><input name="secret" type="password">
    <input type="radio" name="way" value="a" checked><input type="radio" name="way" value="b"></form>`;
  const heard: string[] = [];
  for (const type of ["input", "change"]) {
    document.addEventListener(type, ({ target }) => {
      heard.push(`${(target as HTMLInputElement).name} ${(target as HTMLInputElement).value} ${type}`);
    });
  }
  sayAgain(document);
  expect(heard).toEqual([]);

  for (const field of document.querySelectorAll("input")) {
    if (field.name === "way") field.checked = field.value === "b";
    else if (field.name !== "street") field.value = "Beji";
  }
  sayAgain(document);
  expect(heard).toEqual(["place Beji input", "place Beji change", "way b input", "way b change"]);
});
