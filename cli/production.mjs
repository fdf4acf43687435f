// Before anything that asks: React renders mails and pages twice as fast when it is told that nobody develops here.
if (!process.env.NODE_ENV) process.env.NODE_ENV = 'production';
