/**
 * Sign-in at an identity provider: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636) by `openid-client`.
 * @module
 */
import { Failure, type Request } from '@hedun/sdk';
import * as openid from 'openid-client';
import type { Core } from '../contract.ts';
import { readCookie } from './index.ts';

const cookieName = 'hedun_oidc';
const stateMinutes = 10;

function providerOf(core: Core, id: string) {
  const provider = core.config.oidc.find((each) => each.id === id);
  if (!provider) throw new Failure('record.not_found', { values: { what: `OIDC ${id}` } });
  return provider;
}
const discovered = new Map<string, Promise<openid.Configuration>>();
function discover(core: Core, id: string): Promise<openid.Configuration> {
  const { issuer, clientId, clientSecret } = providerOf(core, id);
  const key = `${issuer} ${clientId}`;
  const insecure = issuer.startsWith('http://') ? { execute: [openid.allowInsecureRequests] } : {};
  let found = discovered.get(key);
  if (!found) {
    found = openid.discovery(new URL(issuer), clientId, clientSecret, undefined, insecure);
    discovered.set(key, found);
    found.catch(() => discovered.delete(key));
  }
  return found.catch((cause) => {
    throw new Failure('access.oidc_failed', { where: issuer, got: String((cause as Error).message), cause });
  });
}

export async function startOidc(
  core: Core,
  id: string,
  returnTo: string,
  origin: string,
): Promise<{ readonly url: string; readonly cookie: string }> {
  const provider = await discover(core, id);
  const verifier = openid.randomPKCECodeVerifier();
  const nonce = openid.randomNonce();
  const path = /^\/(?![/\\])/.test(returnTo) ? returnTo : '/';
  const redirectUri = `${origin}${core.config.basePath}/api/kernel/oidc/${id}/callback`;
  const { token } = await core.store.system((db) =>
    core.access.issueSecret(db, 'oidc', null, stateMinutes, { id, verifier, nonce, returnTo: path, redirectUri }),
  );
  const url = openid.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: token,
    nonce,
  });
  const secure = redirectUri.startsWith('https:') ? '; Secure' : '';
  return {
    url: url.href,
    cookie: `${cookieName}=${token}; Path=${core.config.basePath}/api/kernel/oidc; HttpOnly; SameSite=Lax; Max-Age=${stateMinutes * 60}${secure}`,
  };
}

export async function finishOidc(
  core: Core,
  id: string,
  current: URL,
  cookies: string,
  request: Request,
): Promise<{ readonly setCookie: readonly string[]; readonly location: string }> {
  const settings = providerOf(core, id);
  const provider = await discover(core, id);
  const state = readCookie(cookies, cookieName);
  if (!state || state !== current.searchParams.get('state'))
    throw new Failure('access.oidc_failed', {
      where: 'state',
      expected: 'the sign-in that this browser began',
      got: 'another',
    });
  const { data } = await core.store.system((db) => core.access.takeSecret(db, 'oidc', state));
  const back = new URL(String(data.redirectUri));
  back.search = current.search;
  const tokens = await openid
    .authorizationCodeGrant(provider, back, {
      pkceCodeVerifier: String(data.verifier),
      expectedNonce: String(data.nonce),
      expectedState: state,
      idTokenExpected: true,
    })
    .catch((cause) => {
      throw new Failure('access.oidc_failed', { where: settings.issuer, got: String((cause as Error).message), cause });
    });
  const claims = tokens.claims();
  if (!claims)
    throw new Failure('access.oidc_failed', { where: settings.issuer, expected: 'an id token', got: 'none' });
  return await core.store.system(async (db) => {
    let user = await db
      .selectFrom('users')
      .select(['id', 'displayName', 'organisationId', 'status'])
      .where('oidcIssuer', '=', claims.iss)
      .where('oidcSubject', '=', claims.sub)
      .executeTakeFirst();
    if (!user) {
      // A person the platform invited by verified e-mail address is linked at first sign-in; nobody else is linked by address.
      const email =
        claims.email_verified === true && typeof claims.email === 'string' ? claims.email.toLowerCase() : null;
      const invited = email
        ? await db
            .selectFrom('users')
            .select(['id', 'displayName', 'organisationId', 'status'])
            .where((row) => row(row.fn<string>('lower', ['email']), '=', email))
            .where('status', '=', 'invited')
            .where('oidcSubject', 'is', null)
            .executeTakeFirst()
        : undefined;
      if (invited) {
        await db
          .updateTable('users')
          .set({ oidcIssuer: claims.iss, oidcSubject: claims.sub, status: 'active' })
          .where('id', '=', invited.id)
          .execute();
        user = { ...invited, status: 'active' };
      } else if (settings.createUsersIn) {
        const created = {
          id: core.newId(),
          organisationId: settings.createUsersIn,
          displayName: String(claims.name ?? claims.preferred_username ?? claims.sub).slice(0, 100),
          status: 'active',
        };
        const name = `${String(claims.preferred_username ?? claims.sub).slice(0, 40)}@${id}`;
        await db
          .insertInto('users')
          .values({
            ...created,
            name,
            email: typeof claims.email === 'string' ? claims.email : null,
            oidcIssuer: claims.iss,
            oidcSubject: claims.sub,
            createdAt: core.clock.now().toISOString(),
          })
          .execute();
        user = created;
      }
    }
    if (!user)
      throw new Failure('access.oidc_failed', {
        where: settings.issuer,
        expected: 'a user of this platform',
        got: String(claims.email ?? claims.sub),
      });
    if (user.status === 'disabled') throw new Failure('access.disabled');
    const { cookie } = await core.access.openSession(db, user.id, request);
    await db
      .updateTable('users')
      .set({ lastSignInAt: core.clock.now().toISOString() })
      .where('id', '=', user.id)
      .execute();
    await core.audit.append(db, {
      actor: { id: user.id, name: user.displayName },
      organisationId: user.organisationId,
      action: 'session.opened',
      outcome: 'allowed',
      request,
      details: { method: `oidc/${id}` },
    });
    return {
      setCookie: [cookie, `${cookieName}=; Path=${core.config.basePath}/api/kernel/oidc; HttpOnly; Max-Age=0`],
      location: `${core.config.basePath}${String(data.returnTo)}`,
    };
  });
}
