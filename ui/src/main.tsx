/** Draws the window. */
import "./styles/global.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { locale } from "./i18n/locale";
import { connectIpc } from "./ipc/client";

const root = document.getElementById("root");
if (root) {
  document.documentElement.lang = locale().tag;
  document.documentElement.dir = locale().direction;
  connectIpc().then(() => createRoot(root).render(<App />));
}
