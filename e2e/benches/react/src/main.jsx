// The four pages of Okta's samples (home, callback, profile, messages) with Okta's SDK for React, to be measured beside
// the same four pages of okta-sycamore.

import { OktaAuth, toRelativeUrl } from "@okta/okta-auth-js";
import { LoginCallback, Security } from "@okta/okta-react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Route, Routes, useNavigate } from "react-router-dom";

import { Frame } from "./frame.jsx";
import { Guarded } from "./guarded.jsx";
import { Home } from "./home.jsx";
import { Messages } from "./messages.jsx";
import { Profile } from "./profile.jsx";

const config = JSON.parse(document.getElementById("okta-config").textContent);

const auth = new OktaAuth({
  issuer: config.issuer,
  clientId: config.client_id,
  redirectUri: `${location.origin}/login/callback`,
  postLogoutRedirectUri: location.origin,
  scopes: ["openid", "profile", "email", "offline_access"],
});

function App() {
  const navigate = useNavigate();
  const restore = (_auth, uri) => navigate(toRelativeUrl(uri || "/", location.origin), { replace: true });
  return (
    <Security oktaAuth={auth} restoreOriginalUri={restore}>
      <Frame>
        <Routes>
          <Route path="/" element={<Home />} />
          <Route path="/login/callback" element={<LoginCallback />} />
          <Route element={<Guarded />}>
            <Route path="/profile" element={<Profile />} />
            <Route path="/messages" element={<Messages origin={config.api_origin} />} />
          </Route>
          <Route path="*" element={<h1>There is no such page</h1>} />
        </Routes>
      </Frame>
    </Security>
  );
}

createRoot(document.getElementById("root")).render(
  <BrowserRouter>
    <App />
  </BrowserRouter>,
);
