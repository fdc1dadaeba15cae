// The org that is checked, as its administrator reaches it.

import okta from "@okta/okta-sdk-nodejs";

/** `http://localhost:PORT` */
export const ORG = process.env.ORG_URL;
/** The issuer of the authorization server `default`. */
export const ISSUER = `${ORG}/oauth2/default`;

/** Okta's SDK. What stands here wins over a developer's own `okta.yaml`, which may name a real org. */
export const admin = new okta.Client({ orgUrl: ORG, token: process.env.API_TOKEN });
