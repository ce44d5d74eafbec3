/**
 * The mark of Hedun: a shield with a crane in it. Drawn, not fetched, and without ids, so that it stands on a page any number of times.
 * @module
 */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <path d="M24 2.5 42 8.6v14.2c0 11.2-7.3 18.9-18 22.7C13.3 41.7 6 34 6 22.8V8.6z" fill="#1f5fe0" />
      <path d="M24 2.5 42 8.6v14.2c0 11.2-7.3 18.9-18 22.7z" fill="#174bb8" />
      <path
        d="M33.8 11.2c-2.3-.5-4.4.5-5.1 2.5-.7 2.1.5 3.9.6 6 .1 2.8-1.9 4.4-4.7 5.2-4.2 1.2-8.6.6-12.4-1.4 1.6 5.3 5.6 8.7 10.7 8.9l-1.2 6.8h1.7l1.7-6.9c5-1.2 8-5 7.9-10.2-.1-2.6-1.7-4.6-1.4-6.5.2-1.4 1.4-2.1 2.9-2l3.7 1.2z"
        fill="#fff"
      />
      <path d="M30.1 11.6c.9-.8 2.3-1 3.6-.5l-1.5 1.4z" fill="#ff5a4d" />
    </svg>
  );
}
