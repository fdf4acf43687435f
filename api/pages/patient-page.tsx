import type { ReactNode } from 'react';

import { type Language, languages } from '../../domain/language.ts';
import { wordsIn } from '../../words/index.ts';
import type { PatientLink } from '../auth/patient-links.ts';
import { LoginBanner } from './login-banner.tsx';
import { languageNames } from './page.tsx';
import { Phone } from './phone.tsx';
import { useReader } from './reader.ts';
import { RefusalNotice } from './refused.tsx';

type Props = {
  title: string;
  link: Pick<PatientLink, 'facility'>;
  language: Language;
  /** For everybody, and not behind a link of one patient's own. */
  open?: boolean;
  children: ReactNode;
};

/** The frame of the pages for patients, in their language with a switch: no way into the system. Works without scripts. */
export function PatientPage({ title, link: { facility }, language, open = false, children }: Props) {
  const words = wordsIn(language);
  const { visitor } = useReader();
  return (
    <html lang={language} data-theme="light">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${facility.name}`}</title>
        <link rel="stylesheet" href="/assets/pico.css" />
        <link rel="stylesheet" href="/assets/holdfast.css" />
      </head>
      <body>
        <header>
          <a className="skip" href="#main">
            {words('patientPage.frame.skip')}
          </a>
          <nav aria-label={words('patientPage.frame.language')}>
            <ul>
              <li>
                <strong>{facility.name}</strong>
              </li>
            </ul>
            <ul>
              {languages.map((one) => (
                <li key={one}>
                  <a href={`?language=${one}`} lang={one} aria-current={one === language ? 'true' : undefined}>
                    {languageNames[one]}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <LoginBanner />
        <main id="main">
          <h1>{title}</h1>
          <RefusalNotice rule={false} />
          {children}
          {(facility.address || facility.telephone) && (
            <address>
              {[facility.name, facility.address].filter(Boolean).join(', ')}
              {facility.telephone && (
                <>
                  {' '}
                  · <Phone number={facility.telephone} />
                </>
              )}
            </address>
          )}
          <p className="muted">
            {words('patientPage.frame.zone', { facility: facility.name, zone: facility.zone })}{' '}
            {!open && !visitor?.loggedInAs && words('patientPage.frame.private')}
          </p>
        </main>
      </body>
    </html>
  );
}
