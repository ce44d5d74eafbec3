/**
 * A new password, twice, with a plain hint of its strength. The rules are the server's.
 * @module
 */
import { Form, Input, Progress } from 'antd';
import { useText } from '../texts/index.ts';

export function PasswordFields({ required = true, label }: { readonly required?: boolean; readonly label?: string }) {
  const t = useText();
  const password = (Form.useWatch('password') as string | undefined) ?? '';
  const strength = strengthOf(password);
  return (
    <>
      <Form.Item
        name="password"
        label={label ?? t.password}
        extra={
          password ? (
            <Progress
              percent={strength * 25}
              size="small"
              showInfo={false}
              status={strength < 3 ? 'exception' : 'success'}
            />
          ) : (
            t.passwordHelp
          )
        }
        rules={[{ required, message: t.pleaseEnter(t.password) }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="passwordAgain"
        label={t.passwordAgain}
        dependencies={['password']}
        rules={[
          { required, message: t.pleaseEnter(t.passwordAgain) },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t.passwordsDiffer)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}

/** 0 to 4 by length and kinds of characters: a hint while typing, no more. */
export function strengthOf(password: string): number {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  if (password.length < 8) return password ? 1 : 0;
  return Math.min(4, (password.length >= 12 ? 1 : 0) + (password.length >= 16 ? 1 : 0) + Math.min(kinds, 3));
}
