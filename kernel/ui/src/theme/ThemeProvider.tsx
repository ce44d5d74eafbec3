/**
 * Puts the tokens to work: Ant Design's theme and language, the style sheet, `lang` and `data-theme` of the document.
 * @module
 */
import { App, theme as antdTheme, ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { alertColours, palettes, tokenSheet } from './tokens.ts';
import './base.css';
import './parts.css';
import './screen.css';
import './table.css';

export const fontStack =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';
export const monoStack = 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", Menlo, Consolas, monospace';

const darkQuery = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');

/** Light or dark as it is drawn now. */
export function useThemeMode(): 'light' | 'dark' {
  const { theme } = usePreferences();
  const systemDark = useSyncExternalStore(
    (listener) => {
      darkQuery?.addEventListener('change', listener);
      return () => darkQuery?.removeEventListener('change', listener);
    },
    () => darkQuery?.matches ?? false,
    () => false,
  );
  if (theme === 'system') return systemDark ? 'dark' : 'light';
  return theme;
}

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const { locale } = usePreferences();
  const mode = useThemeMode();
  useEffect(() => {
    const style = document.createElement('style');
    style.textContent = tokenSheet();
    document.head.append(style);
    return () => style.remove();
  }, []);
  useEffect(() => {
    document.documentElement.dataset.theme = mode;
  }, [mode]);
  useEffect(() => {
    document.documentElement.lang = locale;
    dayjs.locale(locale === 'zh-CN' ? 'zh-cn' : 'en');
  }, [locale]);
  const config = useMemo(() => {
    const palette = palettes[mode];
    return {
      algorithm: mode === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
      hashed: false,
      token: {
        colorPrimary: palette.accent,
        colorPrimaryHover: palette.accentHover,
        colorInfo: palette.accent,
        colorLink: palette.accent,
        colorSuccess: palette.good,
        colorWarning: palette.warn,
        colorError: palette.bad,
        ...alertColours(palette),
        colorBgLayout: palette.page,
        colorBgContainer: palette.surface,
        colorBgElevated: palette.raised,
        colorText: palette.text,
        colorTextSecondary: palette.textSoft,
        colorTextTertiary: palette.textFaint,
        colorTextDescription: palette.textFaint,
        colorTextPlaceholder: palette.textFaint,
        colorBorder: palette.borderStrong,
        colorBorderSecondary: palette.border,
        borderRadius: 6,
        borderRadiusLG: 8,
        fontFamily: fontStack,
        fontFamilyCode: monoStack,
        fontWeightStrong: 600,
        fontSize: 14,
        motionDurationSlow: '0.12s',
        motionDurationMid: '0.1s',
        motionDurationFast: '0.08s',
      },
      components: {
        Button: {
          primaryShadow: 'none',
          defaultShadow: 'none',
          dangerShadow: 'none',
          primaryColor: palette.onAccent,
          // Solid buttons in the accent itself: the library's dark shade of it is too dim for any text.
          colorPrimary: palette.accent,
          dangerColor: palette.onAccent,
        },
        Steps: { colorTextLightSolid: palette.onAccent, colorPrimary: palette.accent },
        Card: { headerFontSize: 15 },
        Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 6px' },
      },
    };
  }, [mode]);
  return (
    <ConfigProvider theme={config} locale={locale === 'zh-CN' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <App component={false} message={{ maxCount: 4 }}>
        {children}
      </App>
    </ConfigProvider>
  );
}
