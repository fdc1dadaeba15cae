import { toRelativeUrl } from "@okta/okta-auth-js";
import { useOktaAuth } from "@okta/okta-react";
import { useEffect } from "react";
import { Outlet } from "react-router-dom";

export function Guarded() {
  const { authState, oktaAuth } = useOktaAuth();
  const isSignedIn = authState?.isAuthenticated;
  useEffect(() => {
    if (authState && !isSignedIn) {
      oktaAuth.setOriginalUri(toRelativeUrl(location.href, location.origin));
      oktaAuth.signInWithRedirect();
    }
  }, [oktaAuth, authState, isSignedIn]);
  return isSignedIn ? <Outlet /> : null;
}
