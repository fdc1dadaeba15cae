// What the API's `GET /api/messages` answers, and whose tokens it takes.

export const ISSUER = process.env.PEERS_BENCH_ISSUER;
export const CLIENT_ID = process.env.PEERS_BENCH_CLIENT_ID;
export const AUDIENCE = "api://default";

export function messages() {
  const now = Date.now();
  return {
    messages: [
      { date: new Date(now).toISOString(), text: "I am a robot." },
      { date: new Date(now - 3_600_000).toISOString(), text: "Hello, world!" },
    ],
  };
}
