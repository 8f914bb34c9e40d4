/** The script of every page: small improvements of what works without it. */

import "./styles/site.css";
import { setUpCopy } from "./behaviours/copy";
import { setUpCountdown } from "./behaviours/countdown";
import { setUpDialogs } from "./behaviours/dialog";
import { keepDrafts, setUpDrafts } from "./behaviours/drafts";
import { clearMended, guardDoubleSends, setUpForms } from "./behaviours/forms";
import { setUpFragments } from "./behaviours/fragments";
import { setUpMenus } from "./behaviours/menus";
import { setUpOffline } from "./behaviours/offline";
import { setUpTheme } from "./behaviours/theme";
import { setUpToasts } from "./behaviours/toast";
import { setUpTurns } from "./behaviours/turns";
import { rememberZone } from "./behaviours/zone";

function setUp(root: ParentNode): void {
  setUpCopy(root);
  setUpCountdown(root);
  setUpDialogs(root);
  setUpForms(root);
  setUpToasts(root);
  setUpTurns(root);
}

document.documentElement.classList.add("js");
setUp(document);
setUpMenus(document);
setUpOffline(document);
setUpTheme(document);
clearMended(document);
keepDrafts(document);
rememberZone(document);
guardDoubleSends(document);
void setUpFragments(document, (root) => {
  setUp(root);
  setUpDrafts(root);
}).then(() => {
  setUpDrafts(document); // what is written back calls for fragments too
});
