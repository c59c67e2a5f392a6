/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/question-words.h"

#include <glib/gi18n.h>

const char *
th_question_words (ThQuestion question)
{
  switch (question)
    {
    case TH_QUESTION_SYMPTOMS:
      return C_ ("resident", "Do you feel unwell today?");
    case TH_QUESTION_TRAVEL:
      return C_ ("resident", "In the last 14 days, have you been in an area with an outbreak?");
    case TH_QUESTION_CONTACT:
      return C_ ("resident", "In the last 14 days, have you been close to someone who has the "
                             "infection, or may have it?");
    case TH_QUESTION_CONSENT:
      return C_ ("resident", "Do you agree to be vaccinated today?");
    case TH_N_QUESTIONS:
      break;
    }
  return "";
}

const char *
th_question_words_more (ThQuestion question)
{
  switch (question)
    {
    case TH_QUESTION_SYMPTOMS:
      return C_ ("resident",
                 "For example fever, a cough, great tiredness, short breath or vomiting.");
    case TH_QUESTION_TRAVEL:
      return C_ ("resident", "Living there counts too.");
    case TH_QUESTION_CONTACT:
      return C_ ("resident", "Several people ill at home counts too.");
    case TH_QUESTION_CONSENT:
      return C_ ("resident",
                 "The vaccination is free, and it is your own choice. A doctor will first ask "
                 "about your health. Afterwards you stay here for 30 minutes, so that we can help "
                 "if you feel unwell.");
    case TH_N_QUESTIONS:
      break;
    }
  return "";
}
