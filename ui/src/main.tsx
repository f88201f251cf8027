/** Draws the window. */
import "./styles/global.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { locale } from "./i18n/locale";
import { connectIpc } from "./ipc/client";
import { pastStart, startStore } from "./state/store";

/** A picture of the start is drawn only if it takes longer than this, ms: each picture takes time. */
const FIRST_PICTURE_MS = 300;

const root = document.getElementById("root");
if (root) {
  document.documentElement.lang = locale().tag;
  document.documentElement.dir = locale().direction;
  connectIpc()
    .then(startStore)
    .then(() => pastStart(FIRST_PICTURE_MS))
    .then(() => createRoot(root).render(<App />));
}
