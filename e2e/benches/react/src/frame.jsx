import { useOktaAuth } from "@okta/okta-react";
import { Link } from "react-router-dom";

export function Frame({ children }) {
  return (
    <>
      <header>
        <nav>
          <Link to="/">Home</Link>
          <Personal />
        </nav>
      </header>
      <main>{children}</main>
    </>
  );
}

function Personal() {
  const { authState, oktaAuth } = useOktaAuth();
  if (!authState) return null;
  if (!authState.isAuthenticated) {
    return (
      <button id="login-button" onClick={() => oktaAuth.signInWithRedirect({ originalUri: "/" })}>
        Sign in
      </button>
    );
  }
  return (
    <>
      <Link id="profile-button" to="/profile">
        Profile
      </Link>
      <Link id="messages-button" to="/messages">
        Messages
      </Link>
      <button id="logout-button" onClick={() => oktaAuth.signOut()}>
        Sign out
      </button>
    </>
  );
}
