import { Body, Button, Container, Head, Heading, Hr, Html, Preview, render, Section, Text, toPlainText } from 'react-email';

import type { Language } from '../domain/language.ts';
import type { PatientLinkPurpose, PatientMessage } from '../domain/patient-message.ts';
import { formatPhone } from '../domain/phone.ts';
import { wordsIn } from '../words/index.ts';
import { type PatientLinks, sayToPatient } from '../words/patient-message.ts';
import { buttonStyle, font, Line, main } from './layout.tsx';
import { asWritten, type RenderedMail } from './mail.tsx';

/** A message as one patient gets it by mail: HTML and plain text say the same and carry the same links. */
export async function renderPatientMail(content: PatientMessage, links: PatientLinks, language: Language): Promise<RenderedMail> {
  const html = await render(<PatientMail content={content} links={links} language={language} />);
  return { subject: sayToPatient(content, {}, language).title, html, text: toPlainText(html, asWritten) };
}

const small = { fontSize: 13, lineHeight: '20px', color: '#56646e' };

/** The frame of every mail to a patient: no way into the system, only the buttons that are theirs. */
function PatientMail({ content, links, language }: { content: PatientMessage; links: PatientLinks; language: Language }) {
  const { facility, zone, address, telephone } = content;
  const words = wordsIn(language);
  const { title, lines } = sayToPatient(content, {}, language);
  return (
    <Html lang={language}>
      <Head />
      <Preview>{words('patient.mail.from', { facility })}</Preview>
      <Body style={{ ...font, backgroundColor: '#f2f5f6', margin: 0, padding: '16px 8px' }}>
        <Container
          style={{ backgroundColor: '#ffffff', border: '1px solid #d5dde0', borderRadius: 8, maxWidth: 560, padding: '20px 24px' }}
        >
          <Heading as="h1" style={{ fontSize: 21, lineHeight: '28px', margin: '0 0 12px' }}>
            {title}
          </Heading>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
            <Line key={index}>{line}</Line>
          ))}
          <Section style={{ margin: '18px 0 8px' }}>
            {Object.entries(links).map(([purpose, href], index) => (
              <Section key={purpose} style={{ margin: '0 0 10px' }}>
                <Button
                  href={href}
                  style={{ ...buttonStyle, backgroundColor: index === 0 ? main : '#ffffff', color: index === 0 ? '#ffffff' : main }}
                >
                  {words(`patient.link.${purpose as PatientLinkPurpose}`)}
                </Button>
              </Section>
            ))}
          </Section>
          <Hr style={{ borderColor: '#d5dde0', margin: '24px 0 12px' }} />
          {(address || telephone) && (
            <Text style={{ ...small, margin: 0 }}>
              {[facility, address, telephone && formatPhone(telephone)].filter(Boolean).join(' · ')}
            </Text>
          )}
          <Text style={{ ...small, margin: '8px 0 0' }}>
            {words('patient.mail.zone', { facility, zone })} {words('patient.mail.private')}
          </Text>
        </Container>
      </Body>
    </Html>
  );
}
