/* The table of the model's commands: what each takes, who may run it, what it is for. */
#include "lims/model/command-private.h"
#include "lims/model/lab.h"
#include "lims/model/site.h"

#define LAB                                                                                                  \
  { "lab", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of the laboratory; may be left out if there is one" }
#define LAB_OF_ROWS                                                                                          \
  { "lab", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of the laboratory of rows that name none" }
#define SAMPLE(need)                                                                                         \
  { "sample", need, LIMS_FIELD_TEXT, "its number, or another name it has" }
#define STATION                                                                                              \
  { "station", LIMS_FIELD_POSITIONAL, LIMS_FIELD_TEXT, "name of the station" }
#define NAME_EN                                                                                              \
  { "name-en", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "its name in English" }
#define LIMIT                                                                                                \
  { "limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "rows at most, 1 to 1000; else 100" }
#define END                                                                                                  \
  { NULL }

static const LimsField LAB_ADD[] = {
    {"code", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT,
     "1 to 4 letters or digits, the beginning of its sample numbers"},
    {"name", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "its name"},
    NAME_EN,
    {"kind", LIMS_FIELD_REQUIRED, LIMS_FIELD_CHOICE, "whose laboratory it is", LIMS_LAB_KINDS},
    {"division", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of its division"},
    {"zone", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "its time zone; else " LIMS_LAB_ZONE},
    END,
};
static const LimsField PAGE[] = {LIMIT, LIMS_FIELD_AFTER, END};
static const LimsField PAGE_OF_LAB[] = {LIMS_FIELD_OF_LAB, LIMIT, LIMS_FIELD_AFTER, END};

static const LimsField DIVISION_ADD[] = {
    {"code", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "2 to 12 digits"},
    {"name", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "its name"},
    NAME_EN,
    {"parent", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of the division it lies in"},
    {"level", LIMS_FIELD_REQUIRED, LIMS_FIELD_INTEGER, "1 province, 2 city, 3 county, 4 town, 5 village"},
    END,
};
static const LimsField DIVISION_IMPORT[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE,
     "columns code, name, parent, level and, if wanted, name_en"},
    END,
};
static const LimsField DIVISION_LIST[] = {
    {"parent", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only the parts of this division (its code)"},
    LIMIT,
    {"after", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of the last row seen"},
    END,
};

static const LimsField SITE_ADD[] = {
    LAB,
    {"code", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "its code; else the next of S0001, S0002 ..."},
    {"name", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "its name"},
    NAME_EN,
    {"kind", LIMS_FIELD_REQUIRED, LIMS_FIELD_CHOICE, "what is done there", LIMS_SITE_KINDS},
    {"division", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of the division it lies in"},
    {"address", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "its address"},
    END,
};

static const LimsField SITE_IMPORT[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE,
     "columns kind, name and, if wanted, lab, code, division, name-en, address"},
    LAB_OF_ROWS,
    END,
};

static const LimsField USER_ADD[] = {
    LAB,
    {"login", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "1 to 32 of A-Z a-z 0-9 . _ -"},
    {"name", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "the person's name"},
    {"role", LIMS_FIELD_REQUIRED, LIMS_FIELD_CHOICE, "what the person may do", LIMS_ROLES},
    END,
};

static const LimsField SAMPLE_ADD[] = {
    LAB,
    {"site", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "code of the site where it was taken"},
    {"commodity", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "what it is, by any name"},
    {"sampled-at", LIMS_FIELD_OPTIONAL, LIMS_FIELD_MOMENT, "when it was taken"},
    {"produced-on", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DATE, "date of production"},
    {"purchased-on", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DATE, "date of purchase"},
    {"sheet", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "number of the official sampling sheet"},
    {"client", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "the client's own number"},
    {"portions", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT,
     "names of its portions, separated by blanks or commas"},
    {"note", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "a remark"},
    END,
};
static const LimsField SAMPLE_IMPORT[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE,
     "columns site, commodity and, if wanted, lab, sampled-at, produced-on, purchased-on, sheet, client, "
     "portions, note"},
    LAB_OF_ROWS,
    END,
};
static const LimsField SAMPLE_LIST[] = {
    LIMS_FIELD_OF_LAB,
    {"state", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "pending: only those that wait for their first verdict",
     "all|pending"},
    LIMIT,
    LIMS_FIELD_AFTER,
    END,
};
static const LimsField SAMPLE_SHOW[] = {SAMPLE(LIMS_FIELD_POSITIONAL), LIMS_FIELD_OF_LAB, END};
static const LimsField SAMPLE_VOID[] = {
    SAMPLE(LIMS_FIELD_POSITIONAL),
    {"reason", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "why it is void"},
    LIMS_FIELD_OF_LAB,
    END,
};

static const LimsField SAMPLE_DESCRIBE[] = {
    SAMPLE(LIMS_FIELD_POSITIONAL),
    LIMS_FIELD_OF_LAB,
    LIMS_FIELDS_OF_FACTS,
    {"forget", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT,
     "names of facts to take back, separated by blanks or commas"},
    END,
};

static const LimsField PREPARATION_ADD[] = {
    SAMPLE(LIMS_FIELD_REQUIRED),
    LIMS_FIELD_OF_LAB,
    {"analyte", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only for this analyte, by any name; else for all"},
    {"mass", LIMS_FIELD_REQUIRED, LIMS_FIELD_DECIMAL, "how much of the sample was prepared, above 0"},
    {"mass-unit", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "g, mg or kg; of a liquid also mL or L"},
    {"volume", LIMS_FIELD_REQUIRED, LIMS_FIELD_DECIMAL, "volume it was made up to, above 0"},
    {"volume-unit", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "mL or L"},
    {"dilution", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DECIMAL, "how many times it was diluted after that; else 1"},
    {"blank", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DECIMAL, "value of the blank solution, subtracted"},
    {"blank-unit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "its unit, such as µg/L"},
    {"recovery", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DECIMAL,
     "recovery, %, such as 95: counts where the method's formula has it"},
    {"moisture", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DECIMAL,
     "moisture of the sample as taken, %: for limits on dry weight, and formulas that have it"},
    END,
};
static const LimsField PREPARATION_IMPORT[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE,
     "columns sample, mass, mass-unit, volume, volume-unit and, if wanted, lab, dilution, blank, blank-unit, "
     "recovery, moisture, analyte"},
    LAB_OF_ROWS,
    END,
};
static const LimsField PREPARATION_LIST[] = {SAMPLE(LIMS_FIELD_REQUIRED), LIMS_FIELD_OF_LAB, END};

static const LimsField STATION_ADD[] = {
    LAB,
    {"name", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT,
     "its name, as [station NAME] of the configuration says it"},
    {"driver", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "name of its driver"},
    {"line", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "name of its line; else the station's own"},
    {"title", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "make and model; the daemon takes them from the driver"},
    END,
};
static const LimsField SIGN_ON[] = {
    STATION,
    {"user", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "login; else the person who gives the command"},
    END,
};
static const LimsField SIGN_OFF[] = {STATION, END};

static const LimsField AUDIT_VERIFY[] = {
    LIMS_FIELD_OF_LAB,
    {"head", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "a hash printed before, that must still be there"},
    END,
};

#define TECHNICIAN LIMS_ROLE_TECHNICIAN
#define REVIEWER LIMS_ROLE_REVIEWER
#define SUPERVISOR LIMS_ROLE_SUPERVISOR
#define ADMINISTRATOR LIMS_ROLE_ADMINISTRATOR

/* clang-format off */
const LimsCommand LIMS_MODEL_COMMANDS[] = {
    {"lab", "add", LAB_ADD, lims_command_lab_add, LIMS_WRITES, ADMINISTRATOR, "adds a laboratory"},
    {"lab", "list", PAGE, lims_command_lab_list, LIMS_READS, TECHNICIAN, "lists the laboratories"},
    {"division", "add", DIVISION_ADD, lims_command_division_add, LIMS_WRITES, ADMINISTRATOR,
     "adds a division, or gives it new words"},
    {"division", "import", DIVISION_IMPORT, lims_command_division_import, LIMS_WRITES, ADMINISTRATOR,
     "adds divisions from a CSV file, all rows or none"},
    {"division", "list", DIVISION_LIST, lims_command_division_list, LIMS_READS, TECHNICIAN, "lists divisions"},
    {"site", "add", SITE_ADD, lims_command_site_add, LIMS_WRITES, TECHNICIAN, "adds a site"},
    {"site", "import", SITE_IMPORT, lims_command_site_import, LIMS_WRITES, TECHNICIAN,
     "adds sites from a CSV file, all rows or none"},
    {"site", "list", PAGE_OF_LAB, lims_command_site_list, LIMS_READS, TECHNICIAN, "lists sites"},
    {"user", "add", USER_ADD, lims_command_user_add, LIMS_WRITES, ADMINISTRATOR, "adds a person"},
    {"user", "list", PAGE_OF_LAB, lims_command_user_list, LIMS_READS, TECHNICIAN, "lists persons"},
    {"sample", "add", SAMPLE_ADD, lims_command_sample_add, LIMS_WRITES_AND_FREES, TECHNICIAN,
     "registers a sample and gives its number"},
    {"sample", "import", SAMPLE_IMPORT, lims_command_sample_import, LIMS_WRITES_AND_FREES, TECHNICIAN,
     "registers samples from a CSV file, all rows or none"},
    {"sample", "list", SAMPLE_LIST, lims_command_sample_list, LIMS_READS, TECHNICIAN, "lists samples"},
    {"sample", "show", SAMPLE_SHOW, lims_command_sample_show, LIMS_READS, TECHNICIAN,
     "shows a sample, its names, facts and preparations"},
    {"sample", "void", SAMPLE_VOID, lims_command_sample_void, LIMS_WRITES, REVIEWER,
     "declares a sample void, with the reason"},
    {"sample", "describe", SAMPLE_DESCRIBE, lims_command_sample_describe, LIMS_WRITES, TECHNICIAN,
     "enters what is known of a sample besides its values; its verdicts are judged anew"},
    {"preparation", "add", PREPARATION_ADD, lims_command_preparation_add, LIMS_WRITES_AND_FREES, TECHNICIAN,
     "enters how a sample was prepared; a later one replaces an earlier"},
    {"preparation", "import", PREPARATION_IMPORT, lims_command_preparation_import, LIMS_WRITES_AND_FREES, TECHNICIAN,
     "enters preparations from a CSV file, all rows or none"},
    {"preparation", "list", PREPARATION_LIST, lims_command_preparation_list, LIMS_READS, TECHNICIAN,
     "lists the preparations of a sample"},
    {"station", "add", STATION_ADD, lims_command_station_add, LIMS_WRITES, ADMINISTRATOR,
     "adds a station before the daemon has read its driver"},
    {"station", "list", PAGE_OF_LAB, lims_command_station_list, LIMS_READS, TECHNICIAN,
     "lists stations and who is signed on"},
    {"station", "sign-on", SIGN_ON, lims_command_station_sign_on, LIMS_WRITES, TECHNICIAN,
     "signs a person on; results from now on are that person's"},
    {"station", "sign-off", SIGN_OFF, lims_command_station_sign_off, LIMS_WRITES, TECHNICIAN,
     "signs the person off"},
    {"audit", "verify", AUDIT_VERIFY, lims_command_audit_verify, LIMS_READS, SUPERVISOR,
     "checks the audit's chain of hashes"},
    {NULL},
};
/* clang-format on */
