-- AlterTable
ALTER TABLE "Practitioner" ADD COLUMN     "usesEhr" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "Coordinator" (
    "personId" UUID NOT NULL,
    "facilityId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "hours" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Coordinator_pkey" PRIMARY KEY ("personId")
);

-- CreateTable
CREATE TABLE "CoordinatorAssignment" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "practitionerId" UUID NOT NULL,
    "coordinatorId" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "endedBecause" TEXT,

    CONSTRAINT "CoordinatorAssignment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Coordinator_facilityId_idx" ON "Coordinator"("facilityId");

-- CreateIndex
CREATE INDEX "CoordinatorAssignment_practitionerId_since_idx" ON "CoordinatorAssignment"("practitionerId", "since");

-- CreateIndex
CREATE INDEX "CoordinatorAssignment_coordinatorId_since_idx" ON "CoordinatorAssignment"("coordinatorId", "since");

-- CreateIndex
CREATE INDEX "CoordinatorAssignment_facilityId_since_id_idx" ON "CoordinatorAssignment"("facilityId", "since", "id");

-- AddForeignKey
ALTER TABLE "Coordinator" ADD CONSTRAINT "Coordinator_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoordinatorAssignment" ADD CONSTRAINT "CoordinatorAssignment_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoordinatorAssignment" ADD CONSTRAINT "CoordinatorAssignment_coordinatorId_fkey" FOREIGN KEY ("coordinatorId") REFERENCES "Coordinator"("personId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- A provider has one coordinator at a time; who stands in while they are away is another matter.
CREATE UNIQUE INDEX "CoordinatorAssignment_one_at_a_time" ON "CoordinatorAssignment" ("practitionerId") WHERE "endedAt" IS NULL;
