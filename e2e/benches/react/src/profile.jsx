import { useOktaAuth } from "@okta/okta-react";
import { useEffect, useState } from "react";

export function Profile() {
  const { oktaAuth } = useOktaAuth();
  const [person, setPerson] = useState(null);
  useEffect(() => {
    oktaAuth.getUser().then(setPerson, (error) => setPerson({ error: error.message }));
  }, [oktaAuth]);
  const rows = Object.entries(person ?? {}).map(([name, value]) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td id={`claim-${name}`}>{String(value)}</td>
    </tr>
  ));
  return (
    <>
      <h1>Profile</h1>
      <table>
        <tbody>{rows}</tbody>
      </table>
    </>
  );
}
