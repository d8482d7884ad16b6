/** Who is signed in, and the dialog that signs in with a token and out again. */

import { h, icon, replace } from "./dom.js";
import { config, isAlone } from "./source.js";
import { t } from "./text.js";

const ROLES = ["viewer", "editor", "admin"];

/** Return the button of the header: who is signed in, or how to. A page without a server has none. */
export function accountButton() {
  if (isAlone) return null;
  const { name, role } = config.caller;
  const label = role ? t("account.as", { name, role: t(`role.${role}`) }) : t("account.in");
  return h("button", { type: "button", class: role ? "tool account" : "tool", id: "account", title: label, "aria-label": label, "aria-haspopup": "dialog", onclick: open }, icon("person"), role ? h("span", {}, name) : null);
}

function open() {
  const dialog = h("dialog", { class: "account-dialog", "aria-labelledby": "account-title" });
  replace(dialog, h("h2", { id: "account-title" }, t(config.caller.role ? "account" : "account.in")), ...(config.caller.role ? signedIn(dialog) : signIn(dialog)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function closer(dialog) {
  return h("button", { type: "button", class: "action", onclick: () => dialog.close() }, t("cancel"));
}

function signedIn(dialog) {
  const { name, role } = config.caller;
  const out = h("button", { type: "button", class: "action primary", id: "sign-out", onclick: () => send("DELETE").then(() => location.reload()) }, t("account.out"));
  return [h("p", {}, t("account.as", { name, role: t(`role.${ROLES.includes(role) ? role : "viewer"}`) })), h("p", { class: "actions" }, out, closer(dialog))];
}

function signIn(dialog) {
  const token = h("input", { type: "password", id: "token", autocomplete: "current-password", required: true, spellcheck: "false" });
  const failure = h("p", { class: "warn", role: "alert" });
  const form = h(
    "form",
    { id: "sign-in" },
    h("label", { for: "token" }, t("account.token")),
    token,
    h("p", { class: "quiet" }, t("account.help")),
    failure,
    h("p", { class: "actions" }, h("button", { type: "submit", class: "action primary" }, t("account.in")), closer(dialog)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(token.value.trim(), failure);
  });
  return [form];
}

async function begin(token, failure) {
  const answer = await send("POST", { token }).catch(() => null);
  if (answer?.ok) return void location.reload();
  failure.textContent = t(answer?.status === 401 ? "account.wrong" : "account.failed");
}

function send(method, body) {
  return fetch("/session", { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
}
