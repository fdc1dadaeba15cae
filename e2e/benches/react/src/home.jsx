import { useOktaAuth } from "@okta/okta-react";

export function Home() {
  const { authState } = useOktaAuth();
  const claims = authState?.idToken?.claims;
  return (
    <>
      <h1>A sign-in with Okta, in React</h1>
      {claims ? (
        <p id="welcome">Welcome, {claims.name ?? claims.sub}!</p>
      ) : (
        <p>Nobody has signed in. Profile and messages send you to your org first.</p>
      )}
    </>
  );
}
