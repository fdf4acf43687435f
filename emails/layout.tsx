import type { ReactNode } from 'react';
import { Body, Button, Container, Head, Heading, Hr, Html, Link, Preview, Section, Text } from 'react-email';

import type { EveryDayPage } from '../domain/every-day.ts';
import type { LinkPurpose } from '../domain/mail-button.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Speech } from '../words/speech.ts';

/** Addresses by purpose, and which of them the foot names: the pages of the reader's every day. */
export type Links = Record<LinkPurpose, string> & { everyDay: EveryDayPage[] };
export type Content<Kind extends MessageContent['kind']> = Extract<MessageContent, { kind: Kind }>;
/** Of every mail: what it says, where its buttons lead, and how its reader speaks (F-28). */
export type MailProps<Of extends MessageContent> = { content: Of; links: Links; speech: Speech };

export const font = { fontFamily: '-apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif', color: '#1b2733' };
export const main = '#0b5c6b';

/** The frame of every mail: what it is about, its body, and the foot with which any old mail opens the system (C-39, C-41). */
export function Layout({
  preview,
  title,
  links,
  zone,
  speech: { language, words },
  children,
}: {
  preview: string;
  title: string;
  links: Links;
  zone: string;
  speech: Speech;
  children: ReactNode;
}) {
  return (
    <Html lang={language}>
      <Head />
      <Preview>{preview}</Preview>
      <Body style={{ ...font, backgroundColor: '#f2f5f6', margin: 0, padding: '16px 8px' }}>
        <Container
          style={{ backgroundColor: '#ffffff', border: '1px solid #d5dde0', borderRadius: 8, maxWidth: 560, padding: '20px 24px' }}
        >
          <Heading as="h1" style={{ fontSize: 21, lineHeight: '28px', margin: '0 0 12px' }}>
            {title}
          </Heading>
          {children}
          <Hr style={{ borderColor: '#d5dde0', margin: '24px 0 12px' }} />
          <Text style={{ fontSize: 14, lineHeight: '22px', margin: 0, color: '#44525c' }}>
            {links.everyDay.map((page, index) => (
              <span key={page}>
                {index > 0 && ' · '}
                <FootLink href={links[page]}>{words(`button.${page}`)}</FootLink>
              </span>
            ))}
          </Text>
          <Text style={{ fontSize: 14, lineHeight: '22px', margin: 0, color: '#44525c' }}>
            <FootLink href={links.preferences}>{words('mail.preferences')}</FootLink>
          </Text>
          <Text style={{ fontSize: 13, lineHeight: '20px', margin: '8px 0 0', color: '#56646e' }}>{words('mail.zone', { zone })}</Text>
        </Container>
      </Body>
    </Html>
  );
}

export function FootLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} style={{ color: main, textDecoration: 'underline' }}>
      {children}
    </Link>
  );
}

export function Line({ children }: { children: ReactNode }) {
  return <Text style={{ fontSize: 16, lineHeight: '24px', margin: '0 0 10px' }}>{children}</Text>;
}

/** A fact with its name, such as "Released: 07:30–11:00". */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Text style={{ fontSize: 16, lineHeight: '24px', margin: '0 0 6px' }}>
      <strong>{name}:</strong> {children}
    </Text>
  );
}

export const buttonStyle = {
  display: 'block',
  borderRadius: 6,
  padding: '12px 16px',
  fontSize: 16,
  fontWeight: 600,
  textAlign: 'center',
  border: `2px solid ${main}`,
} as const;

type ButtonsProps = { purposes: LinkPurpose[]; links: Links; speech: Speech /** What a label names. */; values?: Record<string, string> };

/** The first button of a mail is filled, the others are outlined. */
export function Buttons({ purposes, links, speech, values }: ButtonsProps) {
  return (
    <Section style={{ margin: '18px 0 8px' }}>
      {purposes.map((purpose, index) => (
        <Section key={purpose} style={{ margin: '0 0 10px' }}>
          <Button
            href={links[purpose]}
            style={{ ...buttonStyle, backgroundColor: index === 0 ? main : '#ffffff', color: index === 0 ? '#ffffff' : main }}
          >
            {speech.words(`button.${purpose}`, values)}
          </Button>
        </Section>
      ))}
    </Section>
  );
}
