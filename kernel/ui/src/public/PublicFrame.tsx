/**
 * The frame of the pages before sign-in: who we are on one side, the form on the other.
 * @module
 */
import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { Logo } from '../app/Logo.tsx';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { useText } from '../texts/index.ts';

export function PublicFrame({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}) {
  const t = useText();
  const { locale } = usePreferences();
  useEffect(() => {
    document.title = `${title} · ${t.productName}`;
  }, [title, t]);
  return (
    <div className="hd-public">
      <section className="hd-public-story">
        <div className="hd-public-brand">
          <Logo size={44} />
          <span>
            <strong>{t.productName}</strong>
            <small>{t.productLine}</small>
          </span>
        </div>
        <ol>
          {([t.storyObserve, t.storyUnderstand, t.storyAct, t.storyProve] as const).map(([head, line]) => (
            <li key={head}>
              <strong>{head}</strong>
              <span>{line}</span>
            </li>
          ))}
        </ol>
      </section>
      <section className="hd-public-form">
        <div className="hd-public-top">
          <Button
            type="text"
            size="small"
            icon={<GlobalOutlined />}
            onClick={() => setPreferences({ locale: locale === 'zh-CN' ? 'en' : 'zh-CN' })}
          >
            {locale === 'zh-CN' ? t.english : t.chinese}
          </Button>
        </div>
        <div className="hd-public-box">
          <h1>{title}</h1>
          {text && <p className="hd-faint">{text}</p>}
          {children}
        </div>
      </section>
    </div>
  );
}
