import { useOktaAuth } from "@okta/okta-react";
import { useEffect, useState } from "react";

export function Messages({ origin }) {
  const { oktaAuth } = useOktaAuth();
  const [texts, setTexts] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    const headers = { Authorization: `Bearer ${oktaAuth.getAccessToken()}` };
    fetch(`${origin}/api/messages`, { headers })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
      .then(({ messages }) => setTexts(messages.map((message) => message.text)))
      .catch((error) => setProblem(error.message));
  }, [oktaAuth, origin]);
  return (
    <>
      <h1>Messages</h1>
      {problem && (
        <p id="messages-error" role="alert">
          {problem}
        </p>
      )}
      {!texts && !problem && <p aria-busy="true">Asking the API …</p>}
      {texts?.map((text, number) => (
        <p key={number} id={`message-${number}`}>
          {text}
        </p>
      ))}
    </>
  );
}
