/**
 * The frame around every page: navigation by permission in groups, search, jobs, notices, the person's menu. A drawer on a phone.
 * @module
 */
import {
  GlobalOutlined,
  LogoutOutlined,
  MenuOutlined,
  MoonOutlined,
  QuestionCircleOutlined,
  RightOutlined,
  SearchOutlined,
  SunOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { NavigationGroup } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { Button, Drawer, Dropdown, Tooltip } from 'antd';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { JobTray } from '../live/JobTray.tsx';
import { NoticeCenter } from '../live/NoticeCenter.tsx';
import { useNarrow } from '../parts/use-narrow.ts';
import { useWrite } from '../platform/api.ts';
import { type DeclaredPage, usePages } from '../platform/registry.tsx';
import { useSession, useSetSession } from '../platform/session.tsx';
import { useKeys } from '../table/use-keys.ts';
import { useSay, useText } from '../texts/index.ts';
import { useThemeMode } from '../theme/ThemeProvider.tsx';
import { PageIcon } from './icons.tsx';
import { Logo } from './Logo.tsx';
import { setPreferences, usePreferences } from './preferences.ts';

// Both are opened by a key or a click; nobody waits for them at the first view.
const CommandPalette = lazy(async () => ({ default: (await import('../palette/CommandPalette.tsx')).CommandPalette }));
const KeysHelp = lazy(async () => ({ default: (await import('../parts/KeysHelp.tsx')).KeysHelp }));

const groups: readonly NavigationGroup[] = ['overview', 'observe', 'understand', 'act', 'prove', 'share', 'administer'];
/** `g` then one of these letters goes there. */
const goTo: Readonly<Record<string, string>> = {
  o: '/',
  a: '/assets',
  f: '/findings',
  c: '/cases',
  r: '/reports',
  u: '/users',
  j: '/jobs',
  s: '/settings',
};

export function AppShell({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const narrow = useNarrow();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useShellKeys({ openPalette: () => setPalette(true), openHelp: () => setHelp(true) });
  return (
    <div className="hd-shell">
      <a className="hd-skip" href="#main">
        {t.skipToContent}
      </a>
      {narrow ? (
        <Drawer
          open={drawer}
          placement="left"
          size={264}
          closable={false}
          onClose={() => setDrawer(false)}
          styles={{ body: { padding: 0 } }}
        >
          <Navigation onGo={() => setDrawer(false)} />
        </Drawer>
      ) : (
        <Navigation />
      )}
      <div className="hd-main">
        <header className="hd-top">
          {narrow && (
            <Button type="text" icon={<MenuOutlined />} aria-label={t.navigation} onClick={() => setDrawer(true)} />
          )}
          <button type="button" className="hd-search" onClick={() => setPalette(true)} aria-label={t.palette}>
            <SearchOutlined />
            <span>{narrow ? t.search : t.palettePlaceholder}</span>
            {!narrow && <kbd>{/Mac/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'}</kbd>}
          </button>
          <span className="hd-grow" />
          <JobTray />
          <NoticeCenter />
          <ThemeButton />
          {!narrow && (
            <Tooltip title={`${t.keysHelp} (?)`}>
              <Button
                type="text"
                icon={<QuestionCircleOutlined />}
                aria-label={t.keysHelp}
                onClick={() => setHelp(true)}
              />
            </Tooltip>
          )}
          <PersonMenu />
        </header>
        <main id="main" className="hd-content">
          {children}
        </main>
      </div>
      <Suspense>
        {palette && <CommandPalette open onClose={() => setPalette(false)} />}
        {help && <KeysHelp open onClose={() => setHelp(false)} />}
      </Suspense>
    </div>
  );
}

function useShellKeys({
  openPalette,
  openHelp,
}: {
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}): void {
  const navigate = useNavigate();
  const going = useRef(0);
  const open = useRef(openPalette);
  open.current = openPalette;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k' || event.isComposing) return;
      event.preventDefault();
      open.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  const letters = Object.fromEntries(
    Object.entries(goTo).map(([letter, path]) => [
      letter,
      () => {
        if (performance.now() - going.current < 1500) void navigate({ to: path as never });
        going.current = 0;
      },
    ]),
  );
  useKeys({
    g: () => {
      going.current = performance.now();
    },
    '?': openHelp,
    o: letters.o!,
    a: letters.a!,
    f: letters.f!,
    r: letters.r!,
    u: letters.u!,
    s: letters.s!,
  });
}

function Navigation({ onGo }: { readonly onGo?: () => void }) {
  const t = useText();
  const { folded } = usePreferences();
  const pages = usePages().filter(({ page }) => page.navigation);
  return (
    <nav className="hd-side" aria-label={t.navigation}>
      <Link to="/" className="hd-brand" {...(onGo ? { onClick: onGo } : {})}>
        <Logo size={30} />
        <span>
          <strong>{t.productName}</strong>
          <small>{t.productLine}</small>
        </span>
      </Link>
      <div className="hd-side-scroll">
        {groups.map((group) => {
          const members = pages.filter(({ page }) => page.navigation?.group === group);
          if (members.length === 0) return null;
          const isFolded = folded.includes(group);
          return (
            <div key={group} className="hd-side-group">
              {group !== 'overview' && (
                <button
                  type="button"
                  className="hd-side-title"
                  aria-expanded={!isFolded}
                  onClick={() =>
                    setPreferences({ folded: isFolded ? folded.filter((each) => each !== group) : [...folded, group] })
                  }
                >
                  {t[`group_${group}`]}
                  <RightOutlined />
                </button>
              )}
              {members.map((each) => (
                <NavigationLink key={each.id} declared={each} isFolded={isFolded} {...(onGo ? { onGo } : {})} />
              ))}
            </div>
          );
        })}
      </div>
    </nav>
  );
}

function NavigationLink({
  declared: { page },
  isFolded,
  onGo,
}: {
  readonly declared: DeclaredPage;
  /** Folded away, unless it is where one is. */
  readonly isFolded: boolean;
  readonly onGo?: () => void;
}) {
  const say = useSay();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const active = page.path === '/' ? path === '/' : path === page.path || path.startsWith(`${page.path}/`);
  if (isFolded && !active) return null;
  return (
    <Link
      to={page.path as never}
      className={active ? 'hd-side-link is-active' : 'hd-side-link'}
      {...(active ? { 'aria-current': 'page' as const } : {})}
      {...(onGo ? { onClick: onGo } : {})}
    >
      <PageIcon name={page.navigation?.icon} />
      <span>{say(page.title)}</span>
    </Link>
  );
}

function ThemeButton() {
  const t = useText();
  const mode = useThemeMode();
  const next = mode === 'dark' ? 'light' : 'dark';
  const label = next === 'dark' ? t.darkMode : t.lightMode;
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        icon={mode === 'dark' ? <SunOutlined /> : <MoonOutlined />}
        aria-label={label}
        onClick={() => setPreferences({ theme: next })}
      />
    </Tooltip>
  );
}

function PersonMenu() {
  const t = useText();
  const { user } = useSession();
  const { locale } = usePreferences();
  const navigate = useNavigate();
  const setSession = useSetSession();
  const signOut = useWrite<Kernel, 'signOut'>(kernel, 'signOut');
  const update = useWrite<Kernel, 'updateAccount'>(kernel, 'updateAccount');
  const changeLocale = () => {
    const next = locale === 'zh-CN' ? 'en' : 'zh-CN';
    setPreferences({ locale: next });
    update.mutate({ locale: next });
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'name', label: <PersonCard name={user.displayName} account={user.name} />, disabled: true },
          { type: 'divider' },
          { key: 'account', icon: <UserOutlined />, label: t.ownAccount },
          { key: 'locale', icon: <GlobalOutlined />, label: locale === 'zh-CN' ? t.english : t.chinese },
          { type: 'divider' },
          { key: 'out', icon: <LogoutOutlined />, label: t.signOut },
        ],
        onClick: ({ key }) => {
          if (key === 'account') void navigate({ to: '/account' as never });
          if (key === 'locale') changeLocale();
          if (key === 'out') signOut.mutate({}, { onSettled: () => setSession(null) });
        },
      }}
    >
      <button type="button" className="hd-person" aria-label={t.ownAccount}>
        <span className="hd-avatar">{[...user.displayName][0]}</span>
        <span className="hd-person-name">{user.displayName}</span>
      </button>
    </Dropdown>
  );
}

function PersonCard({ name, account }: { readonly name: string; readonly account: string }) {
  return (
    <span className="hd-person-card">
      <strong>{name}</strong>
      <span className="hd-faint">{account}</span>
    </span>
  );
}
