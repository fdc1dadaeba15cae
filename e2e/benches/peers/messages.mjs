// What the API's `GET /api/messages` answers, and whose tokens it takes.

export const ISSUER = process.env.MESSAGES_BENCH_ISSUER;
export const CLIENT_ID = process.env.MESSAGES_BENCH_CLIENT_ID;

export const ANSWER = {
  messages: [
    { date: "2026-11-30T12:00:00Z", text: "I am a robot." },
    { date: "2026-11-30T11:00:00Z", text: "Hello, world!" },
  ],
};
