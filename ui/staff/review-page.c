/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/review-page.h"

#include "ui/staff/case-page.h"
#include "ui/staff/case-row.h"

struct _ThReviewPage
{
  GtkWidget parent;
  ThStaffDesk *desk;
  GtkSingleSelection *selection;

  GtkStack *top;
  GtkBox *cases;
  GtkListView *list;
  ThCasePage *page;
};

G_DEFINE_FINAL_TYPE (ThReviewPage, th_review_page, GTK_TYPE_WIDGET)

static void
show_state (ThReviewPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (th_staff_desk_get_cases (self->desk)));

  if (self->top == NULL)
    return;
  gtk_stack_set_visible_child_name (self->top, n > 0                                   ? "cases"
                                               : th_staff_desk_get_loaded (self->desk) ? "empty"
                                                                                       : "reading");
}

static void
loaded_cb (ThReviewPage *self)
{
  show_state (self);
  if (self->top != NULL && th_staff_desk_get_loaded (self->desk))
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
chosen_cb (ThReviewPage *self)
{
  if (self->top != NULL)
    th_case_page_set_item (self->page, gtk_single_selection_get_selected_item (self->selection));
}

gboolean
th_review_page_open (ThReviewPage *self, const char *visit)
{
  guint position;

  if (th_case_list_find (th_staff_desk_get_cases (self->desk), visit, &position) == NULL)
    return FALSE;
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  return TRUE;
}

char *
th_review_page_get_chosen (ThReviewPage *self)
{
  ThCaseItem *item = gtk_single_selection_get_selected_item (self->selection);

  return item != NULL ? g_strdup (th_case_item_get (item)->visit) : NULL;
}

static void
row_setup_cb (ThReviewPage *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, th_case_row_new (self->desk));
}

static void
row_bind_cb (ThReviewPage *self, GtkListItem *item)
{
  th_case_row_set_item (TH_CASE_ROW (gtk_list_item_get_child (item)),
                        gtk_list_item_get_item (item));
}

static void
row_unbind_cb (ThReviewPage *self, GtkListItem *item)
{
  th_case_row_set_item (TH_CASE_ROW (gtk_list_item_get_child (item)), NULL);
}

GtkWidget *
th_review_page_new (ThStaffDesk *desk)
{
  ThReviewPage *self = g_object_new (TH_TYPE_REVIEW_PAGE, NULL);
  GListModel *cases = G_LIST_MODEL (th_staff_desk_get_cases (desk));
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->desk = g_object_ref (desk);
  self->page = TH_CASE_PAGE (th_case_page_new (desk));
  gtk_widget_set_hexpand (GTK_WIDGET (self->page), TRUE);
  gtk_box_append (self->cases, GTK_WIDGET (self->page));

  self->selection = gtk_single_selection_new (g_object_ref (cases));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "setup", G_CALLBACK (row_setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (row_bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (row_unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_object_unref (factory);

  g_signal_connect_object (cases, "items-changed", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::loaded", G_CALLBACK (loaded_cb), self, G_CONNECT_SWAPPED);
  show_state (self);
  chosen_cb (self);
  return GTK_WIDGET (self);
}

static void
th_review_page_dispose (GObject *object)
{
  ThReviewPage *self = TH_REVIEW_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_REVIEW_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_review_page_parent_class)->dispose (object);
}

static void
th_review_page_class_init (ThReviewPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_review_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/review-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThReviewPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThReviewPage, cases);
  gtk_widget_class_bind_template_child (widget_class, ThReviewPage, list);
}

static void
th_review_page_init (ThReviewPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
