"use strict";
// What the screens do. Everything goes through the API, with the session
// that the browser holds: cookies and a CSRF token, or a bearer token.

const bearer = document.documentElement.dataset.session === "bearer";
const TOKEN_KEY = "authToken";

function cookie(name) {
  const found = document.cookie.split("; ").find((c) => c.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}

function sessionHeaders() {
  if (!bearer) return { "X-CSRF-TOKEN": cookie("csrf_access_token") };
  const token = localStorage.getItem(TOKEN_KEY);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function api(method, path, body) {
  const headers = sessionHeaders();
  if (body && !(body instanceof URLSearchParams)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  const response = await fetch(path, { method, headers, body });
  const text = await response.text();
  let json = {};
  try { json = JSON.parse(text); } catch { /* no body, or a page */ }
  return { ok: response.ok, status: response.status, json };
}

function tell(box, text, kind) {
  const message = document.createElement("p");
  message.className = kind;
  message.textContent = text;
  box.replaceChildren(message);
}

function fail(scope, answer) {
  if (answer.status === 401 && scope.id !== "user-auth-form") return toLogin();
  const { message, error_description: description, error } = answer.json;
  const otherwise = document.getElementById("content").dataset.failed;
  const text = message || description || error || otherwise;
  tell(scope.querySelector(".messages"), text, "error-message");
}

function toLogin() {
  const here = location.pathname + location.search;
  location.assign(`/login?from=${encodeURIComponent(here)}`);
}

// Back to where the user came from, never to another site.
function home() {
  const from = new URLSearchParams(location.search).get("from") || "/";
  let target;
  try { target = new URL(from, location.origin); } catch { target = null; }
  const same = target && target.origin === location.origin;
  location.assign(same ? target.href : "/");
}

function loginPage(root) {
  root.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const email = root.querySelector("#email").value;
    const password = root.querySelector("#password").value;
    const answer = await api("POST", "/api/auth/login", { email, password });
    if (!answer.ok) return fail(root, answer);
    if (bearer) localStorage.setItem(TOKEN_KEY, answer.json.auth_token);
    home();
  });
}

function newAppPage(root) {
  const boxes = [...root.querySelectorAll("input[type=checkbox]")];
  const ticked = () => boxes.filter((b) => b.checked).map((b) => b.name);
  const confirm = root.querySelector("button.confirm");
  const update = () => { confirm.disabled = ticked().length === 0; };
  boxes.forEach((box) => box.addEventListener("change", update));
  update();
  root.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const value = (id) => root.querySelector(id).value;
    const answer = await api("POST", "/api/oauth/apps", {
      client_name: value("#app-name"),
      client_description: value("#app-description"),
      client_uri: value("#app-url"),
      redirect_uris: [value("#app-redirect-uri")],
      scope: ticked().join(" "),
    });
    if (!answer.ok) return fail(root, answer);
    const client = answer.json.data.client;
    await show(`/profile/apps/${client.id}/created`);
    // The secret goes straight into the page: no address, no storage.
    document.querySelector(".app-secret").textContent = client.client_secret;
  });
}

function appPage(root) {
  const id = root.dataset.id;
  const act = {
    revoke: () => api("POST", `/api/oauth/apps/${id}/revoke`),
    delete: () => api("DELETE", `/api/oauth/apps/${id}`),
  };
  root.querySelectorAll("[data-ask]").forEach((button) => {
    const action = button.dataset.ask;
    button.addEventListener("click", () => {
      ask(root, action, button, act[action], () => {
        if (action === "delete") return location.assign("/profile/apps");
        const box = root.querySelector(".messages");
        tell(box, box.dataset.revoked, "info-box success-message");
      });
    });
  });
}

// A question over the page: Escape and "No" leave it, Tab stays inside.
function ask(root, action, opener, act, done) {
  const template = root.querySelector(`[data-modal=${action}]`);
  const modal = template.content.firstElementChild.cloneNode(true);
  const close = () => { modal.remove(); opener.focus(); };
  const [yes, no] = modal.querySelectorAll("button");
  no.addEventListener("click", close);
  yes.addEventListener("click", async () => {
    const answer = await act();
    if (!answer.ok) return fail(modal, answer);
    close();
    done();
  });
  modal.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") {
      event.preventDefault();
      (document.activeElement === yes ? no : yes).focus();
    }
  });
  modal.addEventListener("click", (event) => {
    if (event.target === modal) close();
  });
  root.append(modal);
  no.focus();
}

function authorizePage(root) {
  // What the app asked is passed on word for word; only the user confirms.
  const decide = async (confirm) => {
    const parameters = new URLSearchParams(location.search);
    parameters.delete("confirm");
    parameters.append("confirm", confirm);
    const answer = await api("POST", "/api/oauth/authorize", parameters);
    if (!answer.ok) return fail(root, answer);
    location.assign(answer.json.redirect_url);
  };
  const buttons = root.querySelector(".authorize-oauth2-buttons");
  if (!buttons) return;
  buttons.querySelector(".danger").addEventListener("click", () => decide("true"));
  buttons.querySelector(".cancel").addEventListener("click", () => decide("false"));
}

async function logout() {
  await api("POST", "/api/auth/logout");
  localStorage.removeItem(TOKEN_KEY);
  location.assign("/login");
}

// Fetch a page with the session and put it in place of this one.
async function show(path) {
  const response = await fetch(path, { headers: sessionHeaders() });
  if (response.redirected) return location.assign(response.url);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  if (path !== location.pathname + location.search) {
    history.pushState(null, "", path);
  }
  start();
}

function start() {
  const pages = {
    "user-auth-form": loginPage,
    "new-oauth2-app": newAppPage,
    "oauth2-app": appPage,
    "authorize-oauth2-app": authorizePage,
  };
  for (const [id, page] of Object.entries(pages)) {
    const root = document.getElementById(id);
    if (root) page(root);
  }
  document.querySelectorAll("[data-goto]").forEach((button) => {
    button.addEventListener("click", () => location.assign(button.dataset.goto));
  });
  document.getElementById("logout")?.addEventListener("click", logout);
  if (document.getElementById("loader")) {
    if (!localStorage.getItem(TOKEN_KEY)) return toLogin();
    show(location.pathname + location.search);
  }
}

window.addEventListener("popstate", () => location.reload());
start();
